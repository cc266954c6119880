/** The plugin of kubectl, by the real kubectl on a real API server. */
@NullMarked
package dev.salvor.kubectl;

import org.jspecify.annotations.NullMarked;
