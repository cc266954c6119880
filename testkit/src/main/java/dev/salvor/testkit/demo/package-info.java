/**
 * The demo: the real operator on a real API server, the controllers that need a cluster with nodes
 * played by the models, and what happens told line by line.
 */
@NullMarked
package dev.salvor.testkit.demo;

import org.jspecify.annotations.NullMarked;
