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
    private static final int PATIENCE_MS = 30_000;

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
    void it_lets_everything_through() throws Exception {
        try (Socket socket = dial()) {
            assertThat(ask(socket, 7)).isEqualTo(7);
            assertThat(ask(socket, 8)).isEqualTo(8);
        }
    }

    @Test
    void it_breaks_what_is_open_and_takes_nothing_new_until_it_is_mended() throws Exception {
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
    void what_follows_a_text_that_it_waits_for_is_held_back_with_it_on_every_connection() throws Exception {
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
            socket.setSoTimeout(PATIENCE_MS);
            proxy.pass();
            assertThat(socket.getInputStream().read()).isEqualTo('k');
            assertThat(socket.getInputStream().read()).isEqualTo('l');
            assertThat(proxy.isHolding()).isFalse();
        }
    }

    @Test
    void a_text_that_comes_in_parts_is_waited_for_like_any_other() throws Exception {
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
    void what_it_holds_back_comes_in_order_when_it_goes_on() throws Exception {
        try (Socket socket = dial()) {
            assertThat(ask(socket, 1)).isEqualTo(1);
            proxy.stall();
            socket.getOutputStream().write(new byte[] {2, 3});
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            proxy.pass();
            socket.setSoTimeout(PATIENCE_MS);
            assertThat(socket.getInputStream().readNBytes(2)).containsExactly(2, 3);
        }
    }

    @Test
    void it_is_as_slow_as_it_is_told_in_each_direction() throws Exception {
        try (Socket socket = dial()) {
            proxy.delay(100);
            long began = System.nanoTime();
            assertThat(ask(socket, 5)).isEqualTo(5);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isGreaterThanOrEqualTo(200);
        }
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(PATIENCE_MS);
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
        } catch (IOException gone) {
            // Whoever dialled sees it.
        }
    }

    private static void begin(Runnable work) {
        Thread thread = new Thread(work, "echo");
        thread.setDaemon(true);
        thread.start();
    }
}
