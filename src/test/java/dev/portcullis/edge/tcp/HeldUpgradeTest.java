package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeldUpgradeTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(), new HttpResponseEncoder());

    @BeforeEach
    void hold() {
        channel.pipeline().addLast("handler", new ChannelInboundHandlerAdapter());
        HeldUpgrade.install(channel.pipeline(), "handler");
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void upgrade_is_sent_with_the_first_frame() {
        upgrade();
        assertThat(channel.outboundMessages()).isEmpty();
        var unused = channel.writeAndFlush(new TextWebSocketFrame("hello"));

        assertThat(sent()).startsWith("HTTP/1.1 101 ").endsWith("hello");
    }

    @Test
    void upgrade_without_a_frame_is_sent_by_a_flush() {
        upgrade();
        channel.flush();

        assertThat(sent()).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void encoder_of_http_is_gone_before_the_first_frame() {
        upgrade();

        assertThat(channel.pipeline().get(HttpResponseEncoder.class)).isNull();
        assertThat(channel.pipeline().get(HeldUpgrade.class)).isNull();
    }

    @Test
    void refusal_is_sent_at_once() {
        var unused = channel.writeAndFlush(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST, Unpooled.EMPTY_BUFFER));

        assertThat(sent()).startsWith("HTTP/1.1 400 ");
    }

    private void upgrade() {
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/ws");
        request.headers()
                .set("Host", "localhost")
                .set("Upgrade", "websocket")
                .set("Connection", "Upgrade")
                .set("Sec-WebSocket-Version", "13")
                .set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        var unused = new WebSocketServerHandshakerFactory("ws://localhost/ws", null, false)
                .newHandshaker(request)
                .handshake(channel, request, new DefaultHttpHeaders(), channel.newPromise());
        request.release();
    }

    private String sent() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
            text.append(each.toString(StandardCharsets.ISO_8859_1));
            each.release();
        }
        return text.toString();
    }
}
