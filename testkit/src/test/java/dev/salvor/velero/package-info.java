@NullMarked
package dev.salvor.velero;

import org.jspecify.annotations.NullMarked;
