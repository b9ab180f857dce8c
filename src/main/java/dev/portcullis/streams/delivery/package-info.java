/**
 * How does each entry reach its subscribers, once and in order? One {@link
 * dev.portcullis.streams.delivery.StreamHubShard} for each event loop follows the streams that somebody there
 * subscribes to. Owns what can be read again: order, recent entries, what waits. Without the store, streams stand still
 * and catch up later.
 */
@NullMarked
package dev.portcullis.streams.delivery;

import org.jspecify.annotations.NullMarked;
