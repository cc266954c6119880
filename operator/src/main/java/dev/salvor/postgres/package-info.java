/** CloudNativePG: its Cluster, the copy recovered beside it, hibernation, adoption, archiving. */
@NullMarked
package dev.salvor.postgres;

import org.jspecify.annotations.NullMarked;
