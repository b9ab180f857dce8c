/**
 * What else can be fetched from the public listener? HTTP routes beside the WebSocket. Owns no state. What is not here is
 * answered 404.
 */
@NullMarked
package dev.portcullis.edge.api;

import org.jspecify.annotations.NullMarked;
