/**
 * How much does a server carry, and does it keep its promises under load? Opens a crowd of members, sends on a schedule
 * or in a closed loop, and counts what each member got. Owns the crowd and its counters for one run. Whatever is
 * refused, lost, doubled or out of order is reported, never hidden in an average.
 */
@NullMarked
package dev.portcullis.client.bench;

import org.jspecify.annotations.NullMarked;
