/**
 * How do packets get from one client of Engine.IO to this node and back? Owns the sessions of this node, each on one event loop,
 * wherever its requests arrive, and in each what waits in either direction. A request for a session of another node gets "Session ID
 * unknown". A client that sends or holds too much, or is silent for too long, loses its session.
 *
 * <pre>
 *  POST ──▶ EnginePolling ─┐                                          ┌─▶ a poll        (EngineExchange)
 *                          ├─▶ EngineInbound ──▶ EngineReceiver       │
 *  WebSocket ▶ EngineSockets                 EngineDelivery ─(EngineOutbox)─▶ a WebSocket (EngineSocket)
 * </pre>
 *
 * {@link dev.portcullis.edge.socketio.engine.EngineSession} holds these together and knows when it is over.
 */
@NullMarked
package dev.portcullis.edge.socketio.engine;

import org.jspecify.annotations.NullMarked;
