package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.kit.Loops;
import dev.portcullis.protocol.CloseCode;
import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ChatSocketFactoryTest {
    private final Queue<Channel> channels = new ConcurrentLinkedQueue<>();

    @Test
    void socket_of_the_own_event_loop_is_opened(Vertx vertx, VertxTestContext test) throws Exception {
        Loops loops = Loops.of(vertx);
        openedOn(loops.one(), loops.one())
                .onComplete(test.succeeding(opened -> test.verify(() -> {
                    assertThat(opened).isInstanceOf(ChatSocket.class);
                    test.completeNow();
                })));
    }

    /** Its writes would be flushed by another thread, and some of them only by the next ping. */
    @Test
    void socket_of_another_event_loop_is_refused(Vertx vertx, VertxTestContext test) throws Exception {
        Loops loops = Loops.of(vertx);
        openedOn(loops.one(), loops.other())
                .onComplete(test.failing(refusal -> test.verify(() -> {
                    assertThat(refusal)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("another event loop");
                    test.completeNow();
                })));
    }

    /** An idle client costs 24 KB with it, and 11 without. */
    @Test
    void handler_of_vertx_is_gone_with_the_request_that_it_keeps(Vertx vertx, VertxTestContext test) throws Exception {
        Context listening = Loops.of(vertx).one();
        openedOn(listening, listening, new Silent())
                .onComplete(test.succeeding(any -> test.verify(() -> {
                    assertThat(channels)
                            .singleElement()
                            .satisfies(channel -> assertThat(channel.pipeline().get(VertxHandler.class))
                                    .isNull());
                    test.completeNow();
                })));
    }

    /** What is asked there without a context makes one of its own for each question. */
    @Test
    void end_of_a_socket_is_told_on_the_context_that_listens(Vertx vertx, VertxTestContext test) throws Exception {
        Context listening = Loops.of(vertx).one();
        openedOn(listening, listening, new Silent() {
                    @Override
                    public void closed() {
                        test.verify(() -> assertThat(Vertx.currentContext()).isSameAs(listening));
                        test.completeNow();
                    }
                })
                .onComplete(
                        test.succeeding(opened -> listening.runOnContext(any -> opened.close(CloseCode.GOING_AWAY))));
    }

    private Future<ClientTransport> openedOn(Context listening, Context flushing) {
        return openedOn(listening, flushing, new Silent());
    }

    private Future<ClientTransport> openedOn(Context listening, Context flushing, ClientTransport.Listener listener) {
        ChatSocketFactory sockets = new ChatSocketFactory(
                FlushCoalescer.of(flushing),
                SocketConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(".")))
                        .section("limits")),
                new LoadShedder(new MemoryBudget(1 << 20)),
                Optional.empty());
        Promise<ClientTransport> opened = Promise.promise();
        listening.runOnContext(any -> listening
                .owner()
                .createHttpServer()
                .requestHandler(
                        request -> request.toWebSocket().onSuccess(socket -> open(sockets, socket, listener, opened)))
                .listen(0, "127.0.0.1")
                .compose(server ->
                        listening.owner().createWebSocketClient().connect(server.actualPort(), "127.0.0.1", "/"))
                .onFailure(opened::tryFail));
        return opened.future();
    }

    private void open(
            ChatSocketFactory sockets,
            ServerWebSocket socket,
            ClientTransport.Listener listener,
            Promise<ClientTransport> opened) {
        try {
            channels.add(((WebSocketInternal) socket).channelHandlerContext().channel());
            opened.complete(sockets.of(socket, false).open(listener));
        } catch (IllegalStateException refused) {
            opened.fail(refused);
        }
    }

    private static class Silent implements ClientTransport.Listener {
        @Override
        public void message(byte[] utf8) {}

        @Override
        public void violated(CloseCode code) {}

        @Override
        public void closing() {}

        @Override
        public void closed() {}
    }
}
