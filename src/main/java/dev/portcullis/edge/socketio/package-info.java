/**
 * What does a client of Socket.IO say? Lets its requests in by the gates of {@code /ws}, makes frames of its events and events of the
 * frames for it, and is for the rest of the edge one more {@link dev.portcullis.edge.transport.ClientTransport}: frames, rooms and
 * limits know nothing of it. Owns nothing but the way of each client into the namespace. What is no packet closes the client.
 *
 * <pre>
 *  request ─▶ SocketIoEndpoint ─▶ PollingRequests ─┐
 *                            └─▶ WebSocket ────────┴─▶ engine: EngineSession
 *                                                        │ packet              ▲ packets
 *                                                        ▼                     │
 *            SocketIoTransport, with NamespaceState            ServerPackets ◀─ EventAnswers
 *                                                        │ frame               ▲ frame
 *                                                        ▼                     │
 *                                                    Connection ─▶ ConnectPath, then FramePath
 * </pre>
 */
@NullMarked
package dev.portcullis.edge.socketio;

import org.jspecify.annotations.NullMarked;
