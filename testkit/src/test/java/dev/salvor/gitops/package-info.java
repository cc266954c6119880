/** The room of Flux and Argo CD in a fake cluster. */
@NullMarked
package dev.salvor.gitops;

import org.jspecify.annotations.NullMarked;
