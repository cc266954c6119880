/** The cluster port, and what it relies on, against a real API server. */
@NullMarked
package dev.salvor.kube;

import org.jspecify.annotations.NullMarked;
