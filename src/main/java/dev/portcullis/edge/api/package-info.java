/**
 * Which HTTP routes does the public listener serve besides the WebSocket? Owns no state. An unknown path is answered
 * with 404.
 */
@NullMarked
package dev.portcullis.edge.api;

import org.jspecify.annotations.NullMarked;
