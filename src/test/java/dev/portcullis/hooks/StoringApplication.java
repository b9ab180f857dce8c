package dev.portcullis.hooks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.Executors;

/**
 * An application in a process of its own, which a test kills. It stores each request on its disk before it answers, and fails
 * to answer each fifth one that it has stored. Its arguments are its port, the file, and a seed.
 */
public final class StoringApplication {
    private static final int NO_CONTENT = 204;
    private static final int UNANSWERED = 5;
    private static final int THREADS = 8;

    private final FileChannel file;
    private final Random fate;

    private StoringApplication(FileChannel file, Random fate) {
        this.file = file;
        this.fate = fate;
    }

    public static void main(String[] args) throws IOException {
        FileChannel file = FileChannel.open(
                Path.of(args[1]), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        StoringApplication application = new StoringApplication(file, new Random(Long.parseLong(args[2])));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 0);
        server.setExecutor(Executors.newFixedThreadPool(THREADS));
        server.createContext("/hooks", application::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean answers = store(String.join(
                "\t",
                exchange.getRequestHeaders().getFirst("Portcullis-Timestamp"),
                exchange.getRequestHeaders().getFirst("Portcullis-Id"),
                exchange.getRequestHeaders().getFirst("Portcullis-Signature"),
                Base64.getEncoder().encodeToString(body),
                "end"));
        if (answers) {
            exchange.sendResponseHeaders(NO_CONTENT, -1);
        }
        exchange.close();
    }

    /** A line begins with a line break too: the one before it may have broken off. */
    private synchronized boolean store(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(("\n" + line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        file.force(false);
        return fate.nextInt(UNANSWERED) > 0;
    }
}
