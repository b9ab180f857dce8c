/**
 * What has the application not been told yet? Owns the events that wait in the store, one outbox for each lane, those that
 * were given up, and what is held: sessions and joined rooms, whose end is an event also when their node dies. An event is
 * written in the same atomic step as what it tells of, as rows beside its own. If the store fails, neither of them is written.
 */
@NullMarked
package dev.portcullis.hooks.outbox;

import org.jspecify.annotations.NullMarked;
