/** What the documentation says is true. */
@NullMarked
package dev.salvor.docs;

import org.jspecify.annotations.NullMarked;
