/** Tests of the postgres room. */
@NullMarked
package dev.salvor.postgres;

import org.jspecify.annotations.NullMarked;
