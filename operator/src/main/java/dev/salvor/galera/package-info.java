/**
 * MariaDB Galera as mariadb-operator runs it: whether its members still are a cluster, and which
 * one of them to begin a new one from.
 *
 * <p>Two clusters of one database are worse than none, and a cluster that begins on the wrong
 * member loses what the others had. So the operator's own recovery comes first, a member counts
 * only while its machine answers, and what is not known for certain is left to a person.
 */
@NullMarked
package dev.salvor.galera;

import org.jspecify.annotations.NullMarked;
