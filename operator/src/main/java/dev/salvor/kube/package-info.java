/**
 * The only room that touches the Kubernetes client: two ports, what goes through them, and the one
 * class that destroys.
 */
@NullMarked
package dev.salvor.kube;

import org.jspecify.annotations.NullMarked;
