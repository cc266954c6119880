/** Tests of the volumes room. */
@NullMarked
package dev.salvor.volumes;

import org.jspecify.annotations.NullMarked;
