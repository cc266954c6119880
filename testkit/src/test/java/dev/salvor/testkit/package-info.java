@NullMarked
package dev.salvor.testkit;

import org.jspecify.annotations.NullMarked;
