/** What the chart renders, by the real Helm. */
@NullMarked
package dev.salvor.chart;

import org.jspecify.annotations.NullMarked;
