package dev.portcullis.edge.socket;

import dev.portcullis.edge.socket.DecodedFrameHandler.HoldLimit;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.protocol.CloseCode;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The handlers of one WebSocket, among those of Vert.x: with them its input is checked and bounded. */
record SocketHandlers(
        FrameFeeder feeder,
        DecodedFrameHandler decodedFrames,
        OutputEnd outputEnd,
        Optional<InflatingHandler> inflating) {
    private static final String DECODER = "wsdecoder";
    private static final String DECODED_FRAMES = "decodedFrames";

    static SocketHandlers of(
            FrameFeeder feeder,
            OutputEnd outputEnd,
            Optional<MessageCompression> compression,
            int maxBytes,
            BooleanSupplier awaitsAnswer,
            HoldLimit limit,
            Consumer<CloseCode> violated) {
        DecodedFrameHandler decodedFrames = new DecodedFrameHandler(feeder, awaitsAnswer, limit, violated);
        return new SocketHandlers(
                feeder,
                decodedFrames,
                outputEnd,
                compression.map(each -> new InflatingHandler(each, decodedFrames, maxBytes)));
    }

    void addTo(ChannelPipeline pipeline, int frameBytes) {
        if (pipeline.get(DECODED_FRAMES) != null) {
            throw new IllegalStateException("this channel already has a WebSocket");
        }
        if (pipeline.get("idle") != null) {
            pipeline.remove("idle"); // counts whole frames only; our heartbeat counts bytes
        }
        if (pipeline.get("ssl") != null) {
            pipeline.addAfter("ssl", "frameFeeder", feeder);
        } else {
            pipeline.addFirst("frameFeeder", feeder);
        }
        inflating.ifPresent(each -> inflate(pipeline, each, frameBytes));
        pipeline.addBefore(HttpChannel.VERTX, "utf8", new Utf8FrameValidator(false)); // RFC 6455 8.1
        pipeline.addBefore(HttpChannel.VERTX, DECODED_FRAMES, decodedFrames);
        pipeline.addBefore(HttpChannel.VERTX, "outputEnd", outputEnd);
        if (pipeline.get(DECODER) instanceof ByteToMessageDecoder decoder) {
            decoder.setSingleDecode(true); // the feeder asks for the next frame
            decoder.setCumulator(new HeapCumulator());
        }
    }

    /** Vert.x's own extension inflates without a bound, so its decoder refuses compressed frames. */
    private static void inflate(ChannelPipeline pipeline, InflatingHandler inflating, int frameBytes) {
        WebSocketDecoderConfig decoding = WebSocketDecoderConfig.newBuilder()
                .allowExtensions(true)
                .maxFramePayloadLength(frameBytes)
                .closeOnProtocolViolation(false)
                .withUTF8Validator(false)
                .build();
        pipeline.replace(DECODER, DECODER, new WebSocket13FrameDecoder(decoding));
        pipeline.addBefore(HttpChannel.VERTX, "inflater", inflating);
    }

    void allow(int bytes) {
        inflating.ifPresent(each -> each.allow(bytes));
    }

    int inflaterBytes() {
        return inflating.map(InflatingHandler::heldBytes).orElse(0);
    }

    /** The peer's close frame waits no longer, if there is one. */
    void passClose() {
        decodedFrames.passClose();
    }

    void closing() {
        decodedFrames.closing();
        inflating.ifPresent(InflatingHandler::closing);
    }

    /** From now on nothing is decoded, not even the peer's close frame. */
    void stopDecoding(ChannelPipeline pipeline) {
        feeder.stopDecoding();
        if (pipeline.get(DECODER) != null) {
            pipeline.remove(DECODER); // releases the incomplete frame
        }
    }
}
