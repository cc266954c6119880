/** The process: what it exports and logs. */
@NullMarked
package dev.salvor.app;

import org.jspecify.annotations.NullMarked;
