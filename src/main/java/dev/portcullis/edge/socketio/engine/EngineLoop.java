package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.transport.LoadShedder;

/**
 * The objects and limits that the sessions of one event loop share.
 *
 * @param packets the most packets of one POST
 * @param timeoutMs how long a client may be silent
 */
public record EngineLoop(
        SessionLoop loop, SocketConfig limits, LoadShedder shedder, TimerWheel timers, int packets, long timeoutMs) {
    void afterLinger(Runnable task) {
        timers.in(limits.closeLingerMs(), task);
    }
}
