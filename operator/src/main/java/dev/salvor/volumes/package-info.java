/** Claims and volumes: recorded, retained, exchanged under the same names, and back. */
@NullMarked
package dev.salvor.volumes;

import org.jspecify.annotations.NullMarked;
