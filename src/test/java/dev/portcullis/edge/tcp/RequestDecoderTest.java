package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.Http1ServerConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest {
    private final RequestDecoder decoder = new RequestDecoder(new Http1ServerConfig(), 64);
    private final List<String> seen = new ArrayList<>();
    private boolean failed;
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder, new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                seen.add(request.uri());
                failed |= request.decoderResult().isFailure();
                if (request.uri().equals("/last")) {
                    decoder.endAfterAnswer();
                }
                decoder.answered();
            }
        }
    });

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void pipelined_requests_are_served_one_for_each_turn_of_the_event_loop() {
        channel.freezeTime();
        send("/1", "/2", "/3");
        assertThat(seen).containsExactly("/1");
        turn();
        assertThat(seen).containsExactly("/1", "/2");
        turn();
        assertThat(seen).containsExactly("/1", "/2", "/3");
        turn();
        send("/4");
        assertThat(seen).as("later requests").hasSize(4);
    }

    @Test
    void requests_behind_the_last_are_not_read() {
        send("/1");
        send("/last", "/3");
        turn();
        assertThat(seen).containsExactly("/1", "/last");
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A: b\r\n c\r\n",
                "A: b\r\n\tc\r\n",
                "A: b\n c\r\n",
                " A: b\r\n",
                "A: b\r\n \r\n",
                "A: b\r\nContent-Length: 1\r\n 0\r\n",
                ": b\r\n",
                ":\r\n"
            })
    void header_line_folded_or_without_a_name_is_refused_however_it_is_split(String lines) {
        String request = "\r\nGET /folded HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n";
        for (int split = 0; split < request.length(); split++) {
            EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(new Http1ServerConfig(), 64));
            channel.writeInbound(bytes(request.substring(0, split)), bytes(request.substring(split)));
            HttpRequest refused = channel.readInbound();
            assertThat(refused.decoderResult().isFailure())
                    .as("split at " + split)
                    .isTrue();
            assertThat(channel.<Object>readInbound()).isInstanceOf(LastHttpContent.class);
            assertThat(channel.<Object>readInbound()).as("messages behind it").isNull();
            channel.finishAndReleaseAll();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"B/1.1", "HTTP/1.2", "HTTP/2.0", "HTTP/3", "http/1.1", "HTTP/01.1"})
    void unknown_version_is_refused_and_not_echoed(String version) {
        EmbeddedChannel single = new EmbeddedChannel(new RequestDecoder(new Http1ServerConfig(), 64));
        single.writeInbound(bytes("GET /1 " + version + "\r\nHost: x\r\n\r\n"));
        HttpRequest refused = single.readInbound();
        assertThat(refused.decoderResult().isFailure()).isTrue();
        assertThat(refused.protocolVersion().text()).isNotEqualTo(version);
        single.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET\t/1 HTTP/1.1",
                "GET  /1 HTTP/1.1",
                "GET /1  HTTP/1.1",
                "GET /1\tHTTP/1.1",
                "GET\u000b/1 HTTP/1.1",
                "GET \t/1 HTTP/1.1",
                "GET /1\u0000 HTTP/1.1",
                "GET /1\u007f HTTP/1.1",
                "GET /\u00e9 HTTP/1.1"
            })
    void request_line_that_can_be_split_in_two_ways_is_refused(String line) {
        EmbeddedChannel single = new EmbeddedChannel(new RequestDecoder(new Http1ServerConfig(), 64));
        single.writeInbound(Unpooled.copiedBuffer(line + "\r\nHost: x\r\n\r\n", StandardCharsets.ISO_8859_1));
        assertThat(single.<HttpRequest>readInbound().decoderResult().isFailure())
                .isTrue();
        single.finishAndReleaseAll();
    }

    @Test
    void white_space_within_lines_and_bodies_is_accepted() {
        send("/1", "/2");
        turn();
        channel.writeInbound(bytes("POST /3 HTTP/1.1\r\nHost:  x \r\nContent-Length: 6\r\n\r\n\r\n a\n b"));
        assertThat(seen).containsExactly("/1", "/2", "/3");
        assertThat(failed).isFalse();
    }

    @Test
    void trailers_of_a_chunked_body_are_refused_and_not_stored() {
        EmbeddedChannel chunked = new EmbeddedChannel(new RequestDecoder(new Http1ServerConfig(), 64));
        chunked.writeInbound(bytes("POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + "0\r\nA: b\r\n"
                + " c\r\n".repeat(100) + "\r\n"));
        assertThat(chunked.<HttpRequest>readInbound().decoderResult().isSuccess())
                .isTrue();
        LastHttpContent end = chunked.readInbound();
        assertThat(end.decoderResult().isFailure()).isTrue();
        assertThat(end.trailingHeaders()).isEmpty();
        chunked.finishAndReleaseAll();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private void send(String... paths) {
        StringBuilder requests = new StringBuilder();
        for (String path : paths) {
            requests.append("GET ").append(path).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        channel.writeInbound(Unpooled.copiedBuffer(requests, StandardCharsets.US_ASCII));
    }

    private void turn() {
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
        channel.runPendingTasks(); // tasks added by the first ones after the flush
    }
}
