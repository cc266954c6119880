/** The image as a file: its cache of classes, and what it takes to start. */
@NullMarked
package dev.salvor.testkit.image;

import org.jspecify.annotations.NullMarked;
