/**
 * What are the frames of the WebSocket, for machines and for readers? Makes the AsyncAPI document from the schemas that
 * frames are refused by, and from what {@code frames.json} says about each frame. Owns no state. A document that can't be
 * made fails the start.
 */
@NullMarked
package dev.portcullis.edge.api.asyncapi;

import org.jspecify.annotations.NullMarked;
