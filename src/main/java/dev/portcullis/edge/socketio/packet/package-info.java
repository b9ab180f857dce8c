/**
 * What do the bytes of Socket.IO mean? The packets of Engine.IO 4 and Socket.IO 5, and which frame an event stands for.
 * Owns nothing. What can't be read is a value that says so.
 */
@NullMarked
package dev.portcullis.edge.socketio.packet;

import org.jspecify.annotations.NullMarked;
