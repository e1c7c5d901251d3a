// The main function of every unit test program.
#define BOOST_TEST_MODULE videosdk
#include <boost/test/unit_test.hpp>
