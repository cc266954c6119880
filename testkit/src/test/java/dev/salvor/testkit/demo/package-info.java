/** The demo comes to its end. */
@NullMarked
package dev.salvor.testkit.demo;

import org.jspecify.annotations.NullMarked;
