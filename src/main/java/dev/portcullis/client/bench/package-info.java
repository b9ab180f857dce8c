/**
 * How much load does a server take, and does it keep its promises under load? Connects members, sends on a schedule or
 * in a closed loop, and counts what each member receives. Owns the members and their counters for one run. Every
 * refused, lost, duplicated or reordered message is reported, never hidden in an average.
 */
@NullMarked
package dev.portcullis.client.bench;

import org.jspecify.annotations.NullMarked;
