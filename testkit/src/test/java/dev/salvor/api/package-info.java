/** The API as the API server enforces it. */
@NullMarked
package dev.salvor.api;

import org.jspecify.annotations.NullMarked;
