package dev.portcullis.edge.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A socket's only writer, on its event loop. What the channel can't take waits here, where it is counted: Vert.x and
 * Netty would queue without bound. Replays wait in the same order but outside the bound, and go out in fragments as the
 * socket drains, so that a resume can't kill itself and a pong can still pass between two fragments.
 */
final class Outbox {
    private static final int STEP = 65_536;

    private final ChannelHandlerContext context;
    private final FlushTurn turn;
    private final SocketConfig config;
    private @Nullable ArrayDeque<Object> waiting;
    private int liveBytes;
    private int liveFrames;
    private int replays;
    private boolean flushing;
    private boolean pingDue;
    private long movedAt;

    Outbox(ChannelHandlerContext context, FlushTurn turn, SocketConfig config) {
        this.context = context;
        this.turn = turn;
        this.config = config;
    }

    /** Takes over one reference of {@code frame}; {@code false}: the reader is too slow, nothing more can wait. */
    boolean live(ByteBuf frame) {
        if (waiting == null && context.channel().isWritable()) {
            write(frame);
            return true;
        }
        if (liveFrames >= config.outboxFrames() || liveBytes + frame.readableBytes() > config.outboxBytes()) {
            frame.release();
            return false;
        }
        liveFrames++;
        liveBytes += frame.readableBytes();
        queue().add(frame);
        return true;
    }

    void replay(byte[] utf8) {
        replays++;
        queue().add(new Replay(utf8));
        drain();
    }

    /** Jumps the queue, as soon as the channel takes anything: the peer's answer must not wait behind what waits here. */
    void ping() {
        pingDue = true;
        sendDuePing();
    }

    /** Writes what the channel takes. */
    void drain() {
        sendDuePing();
        Channel channel = context.channel();
        while (waiting != null && channel.isWritable()) {
            Object next = waiting.peek();
            if (next instanceof Replay replay) {
                write(replay.step(context));
                if (!replay.finished()) {
                    continue;
                }
                replays--;
            } else if (next instanceof ByteBuf frame) {
                liveFrames--;
                liveBytes -= frame.readableBytes();
                write(frame);
            }
            waiting.remove();
            if (waiting.isEmpty()) {
                waiting = null;
            }
        }
    }

    /** Forgets what waits, but not what the channel has taken. */
    void drop() {
        if (waiting != null) {
            waiting.forEach(each -> {
                if (each instanceof ByteBuf frame) {
                    frame.release();
                }
            });
        }
        waiting = null;
        liveBytes = 0;
        liveFrames = 0;
        replays = 0;
    }

    boolean replaying() {
        return replays > 0;
    }

    /** Since when nothing moved although something waits; empty-handed it is now. */
    long stuckSince(long now) {
        return waiting == null ? now : movedAt;
    }

    int bytes() {
        return liveBytes;
    }

    void flush() {
        flushing = false;
        context.flush();
    }

    private void sendDuePing() {
        if (pingDue && context.channel().isWritable()) {
            pingDue = false;
            write(Frames.ping(context.alloc()));
        }
    }

    private void write(ByteBuf frame) {
        movedAt = System.nanoTime();
        var unused = context.write(frame, context.voidPromise());
        if (!flushing) {
            flushing = true;
            turn.add(this);
        }
    }

    private ArrayDeque<Object> queue() {
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
            movedAt = System.nanoTime();
        }
        return waiting;
    }

    private static final class Replay {
        private final byte[] utf8;
        private int sent;

        Replay(byte[] utf8) {
            this.utf8 = utf8;
        }

        ByteBuf step(ChannelHandlerContext context) {
            int length = Math.min(STEP, utf8.length - sent);
            ByteBuf fragment = Frames.fragment(context.alloc(), utf8, sent, length);
            sent += length;
            return fragment;
        }

        boolean finished() {
            return sent == utf8.length;
        }
    }
}
