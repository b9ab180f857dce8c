/**
 * How does each entry reach its subscribers, once and in order? One {@link
 * dev.portcullis.streams.delivery.StreamHubShard} for each event loop follows the streams of its lanes that have
 * subscribers. Owns only what can be read again: order, recent and waiting entries. Without the store, streams stand
 * still and catch up later.
 */
@NullMarked
package dev.portcullis.streams.delivery;

import org.jspecify.annotations.NullMarked;
