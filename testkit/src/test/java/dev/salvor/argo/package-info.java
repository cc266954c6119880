/** What Argo CD runs on the recoveries: health and actions, in its own layout. */
@NullMarked
package dev.salvor.argo;

import org.jspecify.annotations.NullMarked;
