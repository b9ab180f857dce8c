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
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one HTTP request at a time: the next one only after the response to this one, and none after the last. Vert.x
 * queues pipelined requests and would process them after an upgrade or a refusal on the same connection (CWE-444).
 * Limits the number of header lines, since each uses far more memory than its bytes (CWE-770). Refuses folded header
 * lines, header lines without a name, and trailers.
 */
final class RequestDecoder extends VertxHttpRequestDecoder {
    /**
     * The delay before the next pipelined request. Tasks that are only executed would run one after another, for up to
     * a second, before the event loop reads any other socket; a delayed task runs in a later turn.
     */
    private static final long NEXT_TURN_MS = 1;

    /** The time for the rest of a body that is not read. */
    private static final long LINGER_MS = 2_000;

    private static final long LINGER_BYTES = 256 * 1024;

    private static final int DELETE = 0x7F;
    private static final Set<String> VERSIONS = Set.of("HTTP/1.0", "HTTP/1.1");

    private final int maxHeaderLines;
    private int headerLines;
    private boolean headersBegun;
    private boolean unanswered;
    private boolean incomplete;
    private boolean last;
    private boolean begun;
    private Runnable onBegun = () -> {};
    private @Nullable ChannelHandlerContext context;

    RequestDecoder(Http1ServerConfig config, int maxHeaderLines) {
        super(config);
        this.maxHeaderLines = maxHeaderLines;
    }

    /** Whether bytes arrived behind the current request. */
    boolean hasUnread() {
        return actualReadableBytes() > 0;
    }

    /** Called with the first byte of each request. */
    void onRequestBegun(Runnable then) {
        onBegun = then;
    }

    /** Whether a response that is given now ends the connection: of a body that is on its way nothing is read then. */
    boolean isLastAnswer() {
        return last || incomplete;
    }

    /**
     * Reads nothing behind the current request. The missing rest of its body counts as sent: no handler waits for it, and the
     * connection is closed such that the peer, which may still send it, gets the answer.
     */
    void stopReading() {
        last = true;
        if (incomplete && context != null) {
            incomplete = false;
            LingeringClose.install(context.channel(), context.name(), LINGER_MS, LINGER_BYTES);
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** Closes the connection after the response to the current request. */
    void endAfterAnswer() {
        last = true;
    }

    /**
     * Called when the response was written. A response given before the whole body has arrived ends the connection. The
     * next request waits until the kernel has taken the response: a peer that does not read would otherwise accumulate
     * responses current. It also waits for a later turn of the event loop: otherwise the requests of one read would be
     * served in one turn.
     */
    void answered() {
        if (isLastAnswer()) {
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
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        requireOneSpaceBefore(line, start, length);
        requireVisible(line, start, length);
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        requireOneSpaceBefore(line, start, length);
        return super.splitThirdWordInitialLine(line, start, length);
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        headerLines = 0;
        headersBegun = true;
        if (!VERSIONS.contains(initialLine[2])) { // Vert.x would echo any version in its response
            throw new IllegalArgumentException("unsupported HTTP version");
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
            tellBegun(in);
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

    /** Netty would make an invalid request of a truncated one, and answer a closed connection. */
    @Override
    protected void decodeLast(ChannelHandlerContext from, ByteBuf in, List<Object> out) {}

    /** Reports only the close to Vert.x: after a reset and a close it would decrement its request gauge twice. */
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        var unused = from.close();
    }

    /**
     * Netty takes any white space, in any number, as the end of a word of the request line; a proxy in front may not (RFC 9112
     * section 3, CWE-444).
     */
    private static void requireOneSpaceBefore(byte[] line, int start, int length) {
        if (length > 0 && (line[start - 1] != ' ' || line[start - 2] <= ' ')) {
            throw new IllegalArgumentException("words that are not separated by one space");
        }
    }

    private static void requireVisible(byte[] line, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (line[i] <= ' ' || line[i] >= DELETE) { // a byte is negative from 0x80 on
                throw new IllegalArgumentException("a target that is no visible ASCII"); // RFC 9112 section 3.2
            }
        }
    }

    private void tellBegun(ByteBuf in) {
        if (!begun && in.isReadable()) {
            begun = true;
            onBegun.run();
        }
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
                out.add(LastHttpContent.EMPTY_LAST_CONTENT); // else Vert.x counts the request as active forever
            }
        } else if (decoded instanceof LastHttpContent) {
            incomplete = false;
        }
    }

    /** Unread bytes stay with the sender: the kernel's buffer fills instead of ours. */
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

    /**
     * Once the kernel has taken all that was written: to a peer that does not read, never. Flushes an empty write below TLS, which
     * would send a record for it.
     */
    private void nextAfterFlush() {
        ChannelHandlerContext current = context;
        if (current != null) {
            var unused = current.pipeline()
                    .firstContext()
                    .writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(written -> {
                        if (written.isSuccess()) {
                            current.executor().execute(this::next); // not during the flush
                        }
                    });
        }
    }

    private void next() {
        unanswered = false;
        begun = false;
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
        ChannelHandlerContext current = context;
        if (current == null || last) {
            return;
        }
        current.channel().config().setAutoRead(true);
        try {
            channelRead(current, Unpooled.EMPTY_BUFFER);
            channelReadComplete(current);
        } catch (Exception failure) {
            current.fireExceptionCaught(failure);
        }
    }
}
