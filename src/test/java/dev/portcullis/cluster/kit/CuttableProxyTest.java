package dev.portcullis.cluster.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CuttableProxyTest {
    private static final int TIMEOUT_MS = 30_000;

    private ServerSocket echo;
    private CuttableProxy proxy;

    @BeforeEach
    void open() throws Exception {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        begin(this::echo);
        proxy = CuttableProxy.to(echo.getLocalPort());
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        echo.close();
    }

    @Test
    void open_proxy_forwards_everything() throws Exception {
        try (Socket socket = dial()) {
            assertThat(ask(socket, 7)).isEqualTo(7);
            assertThat(ask(socket, 8)).isEqualTo(8);
        }
    }

    @Test
    void cut_proxy_closes_all_connections_until_it_passes_again() throws Exception {
        try (Socket open = dial()) {
            assertThat(ask(open, 1)).isEqualTo(1);
            proxy.cut();
            assertThat(open.getInputStream().read()).isEqualTo(-1);
            try (Socket late = dial()) {
                assertThat(late.getInputStream().read()).isEqualTo(-1);
            }
        }
        proxy.pass();
        try (Socket socket = dial()) {
            assertThat(ask(socket, 2)).isEqualTo(2);
        }
    }

    @Test
    void text_to_hold_is_held_back_with_all_that_follows_on_every_connection() throws Exception {
        try (Socket socket = dial()) {
            proxy.holdFrom("k");
            assertThat(ask(socket, 'j')).isEqualTo('j');
            assertThat(proxy.isHolding()).isFalse();
            socket.getOutputStream().write('k');
            assertThat(Await.until(proxy::isHolding)).isTrue();
            socket.getOutputStream().write('l');
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            try (Socket later = dial()) {
                later.setSoTimeout(200);
                assertThatThrownBy(() -> ask(later, 'k')).isInstanceOf(SocketTimeoutException.class);
            }
            socket.setSoTimeout(TIMEOUT_MS);
            proxy.pass();
            assertThat(socket.getInputStream().read()).isEqualTo('k');
            assertThat(socket.getInputStream().read()).isEqualTo('l');
            assertThat(proxy.isHolding()).isFalse();
        }
    }

    @Test
    void text_to_hold_is_found_in_parts() throws Exception {
        try (Socket socket = dial()) {
            proxy.holdFrom("klm");
            for (char letter : "kkl".toCharArray()) {
                assertThat(ask(socket, letter)).isEqualTo(letter);
            }
            assertThat(proxy.isHolding()).isFalse();
            socket.getOutputStream().write('m');
            assertThat(Await.until(proxy::isHolding)).isTrue();
        }
    }

    @Test
    void held_bytes_are_forwarded_in_order_when_it_passes_again() throws Exception {
        try (Socket socket = dial()) {
            assertThat(ask(socket, 1)).isEqualTo(1);
            proxy.stall();
            socket.getOutputStream().write(new byte[] {2, 3});
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            proxy.pass();
            socket.setSoTimeout(TIMEOUT_MS);
            assertThat(socket.getInputStream().readNBytes(2)).containsExactly(2, 3);
        }
    }

    @Test
    void delay_applies_in_each_direction() throws Exception {
        try (Socket socket = dial()) {
            proxy.delay(100);
            long startedAt = System.nanoTime();
            assertThat(ask(socket, 5)).isEqualTo(5);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt))
                    .isGreaterThanOrEqualTo(200);
        }
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private static int ask(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        return socket.getInputStream().read();
    }

    private void echo() {
        while (!echo.isClosed()) {
            try {
                Socket socket = echo.accept();
                begin(() -> echo(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void echo(Socket accepted) {
        try (Socket socket = accepted) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException closed) {
            // The client sees the closed connection.
        }
    }

    private static void begin(Runnable work) {
        Thread thread = new Thread(work, "echo");
        thread.setDaemon(true);
        thread.start();
    }
}
