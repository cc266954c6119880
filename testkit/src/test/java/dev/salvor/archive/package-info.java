@NullMarked
package dev.salvor.archive;

import org.jspecify.annotations.NullMarked;
