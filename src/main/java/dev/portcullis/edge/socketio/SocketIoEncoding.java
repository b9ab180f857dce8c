package dev.portcullis.edge.socketio;

import dev.portcullis.edge.socketio.packet.EnginePackets;
import dev.portcullis.edge.socketio.packet.ServerPackets;
import dev.portcullis.edge.transport.FrameEncoding;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import io.netty.buffer.Unpooled;

/** Messages as events. Not framed: they leave in the payload of a poll, or each as a message of a WebSocket. */
enum SocketIoEncoding implements FrameEncoding {
    EVENTS;

    @Override
    public SharedFrame encode(byte[] json, MemoryBudget memory) {
        return new SharedFrame(Unpooled.wrappedBuffer(EnginePackets.join(ServerPackets.events(json))), memory);
    }
}
