package dev.portcullis.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server (RFC 5321) that keeps what it gets, with STARTTLS where it has a certificate, and PLAIN logins. */
public final class MailServer implements AutoCloseable {
    private static final String HANG_UP = "(hangs up)";
    private static final String SILENCE = "(is silent)";
    private static final String RESET = "(resets the connection)";

    private final ServerSocket listener;
    private final Optional<SSLContext> certificate;
    private final List<Mail> mails = new CopyOnWriteArrayList<>();
    private final List<String> logins = new CopyOnWriteArrayList<>();
    private final Queue<String> greetings = new ConcurrentLinkedQueue<>();
    private final Queue<String> loginAnswers = new ConcurrentLinkedQueue<>();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final Queue<String> endings = new ConcurrentLinkedQueue<>();
    private final Set<String> dripping = ConcurrentHashMap.newKeySet();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private volatile boolean offersUtf8 = true;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final Set<Socket> served = ConcurrentHashMap.newKeySet();

    /**
     * A mail that was taken.
     *
     * @param parameters what stood behind the address of its sender
     * @param secure whether it came over TLS
     */
    public record Mail(String from, String parameters, String to, String text, boolean secure) {
        /** What stands behind the {@code #} of its link. */
        public String fragment() {
            String whole = text.replace("=\r\n", "").replace("=3D", "=");
            int begin = whole.indexOf('#') + 1;
            return whole.substring(begin).split("\\s", 2)[0];
        }
    }

    private MailServer(Optional<SSLContext> certificate) {
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        this.certificate = certificate;
        start(this::accept);
    }

    public static MailServer plain() {
        return new MailServer(Optional.empty());
    }

    public static MailServer withTls(SSLContext certificate) {
        return new MailServer(Optional.of(certificate));
    }

    public int port() {
        return listener.getLocalPort();
    }

    public List<Mail> mails() {
        return List.copyOf(mails);
    }

    public List<Mail> mailsTo(String address) {
        return mails.stream().filter(mail -> mail.to.equals(address)).toList();
    }

    /** The newest mail to an address, for which it waits. */
    public Mail awaitMail(String address, int number) {
        if (!Await.until(() -> mailsTo(address).size() >= number)) {
            throw new AssertionError("no mail " + number + " came to " + address);
        }
        return mailsTo(address).get(number - 1);
    }

    /** The names and passwords that were shown. */
    public List<String> logins() {
        return List.copyOf(logins);
    }

    /** Greets the next connection with this. */
    public void greetNext(String greeting) {
        greetings.add(greeting);
    }

    /** Answers the next login with this instead of taking it. */
    public void refuseNextLogin(String answer) {
        loginAnswers.add(answer);
    }

    /** Takes only addresses in ASCII from now on, as a server without SMTPUTF8 (RFC 6531). */
    public void takeOnlyAscii() {
        offersUtf8 = false;
    }

    /** Answers the next recipient with this instead of taking the mail. */
    public void refuseNext(String answer) {
        refusals.add(answer);
    }

    /** Closes the connection instead of answering the next recipient. */
    public void hangUpNext() {
        refusals.add(HANG_UP);
    }

    /** Answers the next recipient never. */
    public void fallSilentNext() {
        refusals.add(SILENCE);
    }

    /** Takes the next mail and answers never. */
    public void fallSilentAfterNext() {
        endings.add(SILENCE);
    }

    /** Takes the next mail and closes the connection instead of answering. */
    public void hangUpAfterNext() {
        endings.add(HANG_UP);
    }

    /** Takes the next mail and resets the connection (RFC 9293, 3.5.2) instead of answering. */
    public void resetAfterNext() {
        endings.add(RESET);
    }

    /** Answers the text of the next mail with this instead of taking it. */
    public void refuseNextText(String answer) {
        endings.add(answer);
    }

    /** Answers no recipient of this domain. */
    public void fallSilentFor(String domain) {
        silent.add(domain);
    }

    /** Answers each recipient of this domain with line after line of an answer that has no end. */
    public void dripFor(String domain) {
        dripping.add(domain);
    }

    /** Connections that no side has closed. */
    public int connections() {
        return served.size();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                served.add(socket);
                start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Dialogue first = new Dialogue(socket, false);
            first.say(Optional.ofNullable(greetings.poll()).orElse("220 ready"));
            if (first.run()) {
                SSLSocket secure = (SSLSocket)
                        certificate.orElseThrow().getSocketFactory().createSocket(socket, null, port(), true);
                secure.setUseClientMode(false);
                new Dialogue(secure, true).run();
            }
        } catch (IOException gone) {
            // the client has closed, or the test is over
        } finally {
            served.remove(socket);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "mail-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** The commands of one connection, before TLS or in it. */
    private final class Dialogue {
        private final Socket socket;
        private final BufferedReader in;
        private final OutputStream out;
        private final boolean secure;
        private String from = "";
        private String parameters = "";
        private String to = "";

        private Dialogue(Socket socket, boolean secure) throws IOException {
            this.socket = socket;
            this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            this.out = socket.getOutputStream();
            this.secure = secure;
        }

        private void say(String line) throws IOException {
            out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        /** Returns true where TLS begins. */
        private boolean run() throws IOException {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String command = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
                switch (command) {
                    case "EHLO" -> greet();
                    case "STARTTLS" -> {
                        say("220 go on");
                        return true;
                    }
                    case "AUTH" -> {
                        logins.add(new String(
                                        Base64.getDecoder().decode(line.substring("AUTH PLAIN ".length())),
                                        StandardCharsets.UTF_8)
                                .replace('\0', ' ')
                                .trim());
                        say(Optional.ofNullable(loginAnswers.poll()).orElse("235 welcome"));
                    }
                    case "MAIL" -> {
                        from = address(line);
                        parameters = line.substring(line.indexOf('>') + 1).strip();
                        boolean mayTake = parameters.isEmpty() || offersUtf8;
                        say(mayTake ? "250 ok" : "555 unknown parameter");
                    }
                    case "RCPT" -> {
                        to = address(line);
                        if (!parameters.contains("SMTPUTF8") && to.chars().anyMatch(each -> each >= 0x80)) {
                            say("553 not in ASCII"); // RFC 6531, 3.5
                            continue;
                        }
                        String domain = to.substring(to.indexOf('@') + 1);
                        if (dripping.contains(domain)) {
                            drip();
                            return false;
                        }
                        String answer = silent.contains(domain)
                                ? SILENCE
                                : Optional.ofNullable(refusals.poll()).orElse("250 ok");
                        if (!goesOnAfter(answer)) {
                            return false;
                        }
                    }
                    case "DATA" -> {
                        if (!take()) {
                            return false;
                        }
                    }
                    case "QUIT" -> {
                        say("221 bye");
                        return false;
                    }
                    default -> say("250 ok");
                }
            }
            return false;
        }

        private void greet() throws IOException {
            boolean offersTls = certificate.isPresent() && !secure;
            say("250-here");
            if (offersUtf8) {
                say("250-8BITMIME");
                say("250-SMTPUTF8");
            }
            say(offersTls ? "250 STARTTLS" : "250 AUTH PLAIN");
        }

        /** Until the client closes the connection. */
        private void drip() throws IOException {
            socket.setSoTimeout(50);
            for (boolean closed = false; !closed; ) {
                say("250-wait");
                try {
                    closed = in.read() < 0;
                } catch (SocketTimeoutException notYet) {
                    // the next line is due
                }
            }
        }

        private boolean take() throws IOException {
            say("354 go on");
            StringBuilder text = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
                text.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n"); // RFC 5321, 4.5.2
            }
            String answer = Optional.ofNullable(endings.poll()).orElse("250 taken");
            if (!answer.startsWith("4") && !answer.startsWith("5")) {
                mails.add(new Mail(from, parameters, to, text.toString(), secure));
            }
            return goesOnAfter(answer);
        }

        private boolean goesOnAfter(String answer) throws IOException {
            switch (answer) {
                case HANG_UP -> {
                    return false;
                }
                case RESET -> {
                    socket.setSoLinger(true, 0);
                    return false;
                }
                case SILENCE -> {
                    return true;
                }
                default -> {
                    say(answer);
                    return true;
                }
            }
        }

        private static String address(String line) {
            return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
        }
    }
}
