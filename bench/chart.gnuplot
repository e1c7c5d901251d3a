# The chart of bench/acquire.sh, from what bench_table wrote to `data`: gnuplot -e "data = …; out = …; format = 'svg'".
if (format eq 'svg') { set terminal svg size 1500,560 font 'sans-serif,13' background rgb 'white' } \
else { set terminal pngcairo size 1500,560 font 'Sans,10' }
set output out

stats data nooutput
set logscale xy
set grid ytics xtics linetype 1 linewidth 0.5 linecolor rgb '#cccccc'
set xlabel 'calls in flight'
set xtics (1, 16, 64, '1,000' 1000, '10,000' 10000)
set xrange [0.7:15000]
set pointsize 0.8
array colours[8] = ['#1b5e20', '#66bb6a', '#1565c0', '#212121', '#e65100', '#ffb300', '#00acc1', '#ad1457']
colour(i) = colours[i % 8 + 1]
width(i) = i < 2 ? 2.5 : 1.3

set multiplot layout 1,3 margins 0.04,0.84,0.12,0.93 spacing 0.04,0
set key off
set title 'client CPU µs per acquire (less is better)'
plot for [i = 0 : STATS_blocks - 1] data index i using 1:2:3:4 with yerrorlines linewidth width(i) linecolor rgb colour(i) pointtype 7 title columnheader(1)
set title 'acquires a second (more is better)'
plot for [i = 0 : STATS_blocks - 1] data index i using 1:5 with linespoints linewidth width(i) linecolor rgb colour(i) pointtype 7 title columnheader(1)
set title 'p99 in µs (less is better)'
set key at screen 0.995,0.93 right top reverse Left samplen 1.5 spacing 1.3
plot for [i = 0 : STATS_blocks - 1] data index i using 1:6 with linespoints linewidth width(i) linecolor rgb colour(i) pointtype 7 title columnheader(1)
unset multiplot
