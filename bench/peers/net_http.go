// Contender: Go's net/http as its documentation has it, one Client and one Transport for all, a context with a deadline
// for each request, the answer decoded by encoding/json and its body read to the end and closed so that the connection
// is used again. Calls beyond MaxConnsPerHost wait in the Transport.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/bits"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	expectedStatus     = "pending"
	expectedWebhookURL = "https://hooks.example.com/videosdk"
)

type acquireBody struct {
	Type       string `json:"type"`
	WebhookURL string `json:"webhookUrl"`
}

type unit struct {
	ID          string   `json:"id"`
	Status      string   `json:"status"`
	Type        string   `json:"type"`
	Mode        string   `json:"mode"`
	Quality     string   `json:"quality"`
	ComposerIDs []string `json:"composerIds"`
	WebhookURL  string   `json:"webhookUrl"`
}

type answer struct {
	Success bool   `json:"success"`
	Data    []unit `json:"data"`
}

var (
	url         = flag.String("url", "", "https://HOST:PORT")
	ca          = flag.String("ca", "", "trusted certificate, a PEM file")
	expect      = flag.String("expect", "", "id of the unit in every answer")
	requestFile = flag.String("request", "", "the request as bytes; its token is taken")
	inFlight    = flag.Int("in-flight", 64, "calls at once")
	connections = flag.Int("connections", 0, "at most; 0: one a call")
	seconds     = flag.Int("seconds", 0, "how long")
	calls       = flag.Int("count", 0, "how many calls after the warm-up, instead")
	warmUp      = flag.Int("warm-up", 0, "calls before those that are counted")
)

func acquire(client *http.Client, token string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	body, err := json.Marshal(acquireBody{Type: "recording", WebhookURL: expectedWebhookURL})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, *url+"/v2/resource/acquire", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", token)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var got answer
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK || len(got.Data) != 1 || got.Data[0].ID != *expect ||
		got.Data[0].Status != expectedStatus || got.Data[0].WebhookURL != expectedWebhookURL {
		return errors.New("the answer is not the unit that was expected")
	}
	return nil
}

func token() (string, error) {
	request, err := os.ReadFile(*requestFile)
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(string(request), "\r\n") {
		if name, value, found := strings.Cut(line, ": "); found && name == "Authorization" {
			return value, nil
		}
	}
	return "", errors.New("--request has no token")
}

func newClient() (*http.Client, error) {
	pem, err := os.ReadFile(*ca)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("--ca has no certificate")
	}
	most := *inFlight
	if *connections != 0 && *connections < most {
		most = *connections
	}
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots},
		MaxConnsPerHost:     most,
		MaxIdleConns:        most,
		MaxIdleConnsPerHost: most, // Two by default: the others would be closed after each call.
	}}, nil
}

// As in latency.hpp: exact below 128 ns, above it no bucket is wider than 1/128 of what it holds.
type latencies struct {
	counts   [58 * 128]uint64
	recorded uint64
}

func (l *latencies) record(took time.Duration) {
	value := uint64(took)
	bucket := value
	if value >= 128 {
		shift := uint64(bits.Len64(value)) - 8
		bucket = shift*128 + value>>shift
	}
	l.counts[bucket]++
	l.recorded++
}

// In microseconds.
func (l *latencies) percentile(part float64) float64 {
	rank := uint64(math.Ceil(part * float64(l.recorded)))
	passed := uint64(0)
	for bucket, count := range l.counts {
		passed += count
		if passed == 0 || passed < rank {
			continue
		}
		if bucket < 256 {
			return float64(bucket) / 1e3
		}
		shift := bucket/128 - 1
		return (float64((bucket-shift*128)<<shift) + float64(int(1)<<shift-1)/2) / 1e3
	}
	return 0
}

type load struct {
	lock         sync.Mutex
	done         int
	over         bool
	counts       bool
	begun, ended time.Time
	cpu          float64
	memory       runtime.MemStats
	took         latencies
	failure      error
}

func cpuSeconds() float64 {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
}

func (l *load) begin() {
	l.counts = true
	if *calls != 0 {
		runtime.ReadMemStats(&l.memory)
	}
	l.cpu = cpuSeconds()
	l.begun = time.Now()
}

func (l *load) finish() {
	l.counts = false
	l.ended = time.Now()
	l.cpu = cpuSeconds() - l.cpu
	if *calls != 0 {
		before := l.memory
		runtime.ReadMemStats(&l.memory)
		l.memory.Mallocs -= before.Mallocs
		l.memory.Frees -= before.Frees
	}
}

// One call is over; whether to make another one.
func (l *load) note(took time.Duration, err error) bool {
	l.lock.Lock()
	defer l.lock.Unlock()
	if err != nil {
		if l.failure == nil {
			l.failure = err
		}
		l.over = true
		return false
	}
	l.done++
	if l.counts {
		l.took.record(took)
	}
	if *calls != 0 && l.done == *warmUp {
		l.begin()
	} else if *calls != 0 && l.done == *warmUp+*calls {
		l.finish()
		l.over = true
	}
	return !l.over
}

func (l *load) line() string {
	counted := l.done
	if *calls != 0 {
		counted = *calls
	}
	line := fmt.Sprintf(`{"calls":%d,"seconds":%.6f,"cpu_seconds":%.6f,"p50_us":%.2f,"p99_us":%.2f,"p999_us":%.2f`, counted,
		l.ended.Sub(l.begun).Seconds(), l.cpu, l.took.percentile(0.5), l.took.percentile(0.99), l.took.percentile(0.999))
	if *calls != 0 {
		line += fmt.Sprintf(`,"allocations":%d,"frees":%d`, l.memory.Mallocs, l.memory.Frees)
	}
	return line + "}"
}

func run() error {
	client, err := newClient()
	if err != nil {
		return err
	}
	secret, err := token()
	if err != nil {
		return err
	}
	l := &load{}
	if *warmUp == 0 {
		l.begin()
	}
	if *seconds != 0 {
		time.AfterFunc(time.Duration(*seconds)*time.Second, func() {
			l.lock.Lock()
			l.over = true
			l.lock.Unlock()
		})
	}
	var workers sync.WaitGroup
	for i := 0; i < *inFlight; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for goesOn := true; goesOn; {
				begun := time.Now()
				err := acquire(client, secret)
				goesOn = l.note(time.Since(begun), err)
			}
		}()
	}
	workers.Wait()
	if l.failure != nil {
		return l.failure
	}
	if *calls == 0 {
		l.finish()
	}
	fmt.Println(l.line())
	return nil
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "net_http:", err)
		os.Exit(1)
	}
}
