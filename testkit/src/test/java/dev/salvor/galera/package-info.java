@NullMarked
package dev.salvor.galera;

import org.jspecify.annotations.NullMarked;
