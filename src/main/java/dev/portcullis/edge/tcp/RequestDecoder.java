package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one HTTP request at a time: the next one only after the answer to this one, and none after the last. Vert.x
 * queues what a client pipelines and would hand it on after an upgrade or a refusal of the same connection (CWE-444).
 * Bounds the header lines, since each pins far more memory than its bytes (CWE-770), and takes no folded or
 * nameless ones and no trailers.
 */
final class RequestDecoder extends VertxHttpRequestDecoder {
    /**
     * The pause before a request that was pipelined. A task that the loop is only given would run, and so the next one,
     * for up to a second before the loop looks at any other socket again; what is due later is left to its next turn.
     */
    private static final long NEXT_TURN_MS = 1;

    private static final Set<String> VERSIONS = Set.of("HTTP/1.0", "HTTP/1.1");

    private final int maxHeaderLines;
    private int headerLines;
    private boolean headersBegun;
    private boolean unanswered;
    private boolean incomplete;
    private boolean last;
    private @Nullable ChannelHandlerContext context;

    RequestDecoder(HttpServerOptions options, int maxHeaderLines) {
        super(options);
        this.maxHeaderLines = maxHeaderLines;
    }

    /** Whether bytes came behind the request that is being answered. */
    boolean hasUnread() {
        return actualReadableBytes() > 0;
    }

    /** Nothing behind the request in hand is read. What is missing of its body counts as sent: no handler waits for it. */
    void stopReading() {
        last = true;
        if (incomplete && context != null) {
            incomplete = false;
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** The connection is closed after the answer to the request in hand. */
    void endAfterAnswer() {
        last = true;
    }

    /**
     * The response was handed over. An answer that was given before the whole body had come ends the connection. The next
     * request has to wait until the kernel has taken the answer, since a peer that reads none would have them pile up here,
     * and for another turn of the loop: else one read of pipelined requests would be answered in one go.
     */
    void answered() {
        if (incomplete || last) {
            stopReading();
            execute(this::closeAfterFlush);
        } else if (hasUnread()) {
            scheduleNext();
        } else {
            execute(this::nextAfterFlush);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext removedFrom) throws Exception {
        context = null;
        super.handlerRemoved0(removedFrom);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext addedTo) throws Exception {
        context = addedTo;
        super.handlerAdded(addedTo);
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        headerLines = 0;
        headersBegun = true;
        if (!VERSIONS.contains(initialLine[2])) { // Vert.x would answer in that version, whatever it is
            throw new IllegalArgumentException("a version of HTTP that is not spoken here");
        }
        return super.createMessage(initialLine);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        if (incomplete) {
            throw new IllegalArgumentException("a trailer");
        }
        if (++headerLines > maxHeaderLines) {
            throw new TooLongHttpHeaderException("more than " + maxHeaderLines + " header lines");
        }
        if (length == 0) {
            throw new IllegalArgumentException("a header without a name");
        }
        return super.splitHeaderName(line, start, length);
    }

    @Override
    protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) throws Exception {
        if ((last || unanswered) && !incomplete) {
            pauseReading(from, in);
        } else {
            if (!incomplete && FoldedHeaderLines.in(in, headersBegun)) {
                refuse(in, out);
            } else {
                super.decode(from, in, out);
            }
            for (int i = 0; i < out.size(); i++) {
                track(out.get(i), out);
            }
        }
    }

    /** Netty would make an invalid request of one that was cut off, for an answer that goes nowhere. */
    @Override
    protected void decodeLast(ChannelHandlerContext from, ByteBuf in, List<Object> out) {}

    /** Vert.x hears of the close alone: of a reset and its close it would take two requests off its gauge. */
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        var unused = from.close();
    }

    private void refuse(ByteBuf in, List<Object> out) {
        HttpMessage invalid = createInvalidMessage();
        invalid.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a folded header line")));
        in.skipBytes(in.readableBytes());
        out.add(invalid);
    }

    private void track(Object decoded, List<Object> out) {
        if (decoded instanceof HttpRequest request) {
            headersBegun = false;
            unanswered = true;
            incomplete = true;
            if (request.decoderResult().isFailure()) {
                incomplete = false;
                last = true;
                out.add(LastHttpContent.EMPTY_LAST_CONTENT); // else Vert.x counts the request as active for ever
            }
        } else if (decoded instanceof LastHttpContent) {
            incomplete = false;
        }
    }

    /** Unread bytes stay with the sender: the kernel's buffer fills, ours does not. */
    private static void pauseReading(ChannelHandlerContext from, ByteBuf in) {
        if (in.isReadable()) {
            from.channel().config().setAutoRead(false);
        }
    }

    private void execute(Runnable step) {
        if (context != null) {
            context.executor().execute(step);
        }
    }

    private void scheduleNext() {
        if (context != null) {
            var unused = context.executor().schedule(this::nextAfterFlush, NEXT_TURN_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** An empty write below TLS, which would send a record for it. */
    private void nextAfterFlush() {
        if (context != null) {
            var unused = context.pipeline()
                    .firstContext()
                    .writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(written -> {
                        if (written.isSuccess()) {
                            execute(this::next); // not amid the flush
                        }
                    });
        }
    }

    private void next() {
        unanswered = false;
        if (hasUnread()) {
            decodeUnread();
        }
    }

    private void closeAfterFlush() {
        if (context != null) {
            var unused =
                    context.channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void decodeUnread() {
        ChannelHandlerContext here = context;
        if (here == null || last) {
            return;
        }
        here.channel().config().setAutoRead(true);
        try {
            channelRead(here, Unpooled.EMPTY_BUFFER);
            channelReadComplete(here);
        } catch (Exception broken) {
            here.fireExceptionCaught(broken);
        }
    }
}
