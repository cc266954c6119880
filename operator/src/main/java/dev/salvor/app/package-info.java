/** The process: settings, wiring, leadership, health, metrics. */
@NullMarked
package dev.salvor.app;

import org.jspecify.annotations.NullMarked;
