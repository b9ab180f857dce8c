package dev.portcullis.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import dev.portcullis.http.ClientTlsConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.SelfSigned;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A look at the files and another configuration meet. */
@ExtendWith(VertxExtension.class)
class CertificateWatchTest {
    private static final long AFTER_MS = 60_000; // behind the begin of the new ones
    private static final int MANY = 1_000_000;

    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final List<Promise<Void>> replacements = new CopyOnWriteArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Semaphore turns = new Semaphore(0);

    @TempDir
    private Path folder;

    private SelfSigned first;
    private SelfSigned second;
    private SelfSigned third;
    private final AtomicBoolean reloading = new AtomicBoolean();
    private CertificateWatch watch;

    @BeforeEach
    void open(Vertx vertx) throws IOException {
        first = SelfSigned.in(Files.createDirectory(folder.resolve("first")));
        second = SelfSigned.in(Files.createDirectory(folder.resolve("second")));
        third = SelfSigned.in(Files.createDirectory(folder.resolve("third")));
        install(first);
        TlsConfig watched = config(folder.resolve("chain.pem"), folder.resolve("key.pem"));
        watch = new CertificateWatch(
                vertx, watched, new Metrics(new SimpleMeterRegistry()), this::timeOfLook, this::replace);
        watch.begin(watched);
    }

    @Test
    void look_on_its_way_does_not_put_back_what_another_configuration_has_replaced() throws Exception {
        assertThat(Await.until(() -> waiting.get() == 1)).isTrue();
        install(second);
        turns.release(); // what a look finds for the first time may be half written, so the next one is to serve it
        assertThat(Await.until(() -> looks.get() == 1 && waiting.get() == 1)).isTrue();
        Future<?> reloaded = reload(config(third.certificate(), third.key()));
        assertThat(Await.until(() -> replacements.size() == 1)).isTrue();
        replacements.get(0).complete();
        reloaded.await(30, TimeUnit.SECONDS);
        turns.release(MANY);
        assertThat(Await.until(() -> looks.get() > 4)).isTrue();
        assertThat(begun).containsExactly(text(third));
    }

    @Test
    void configuration_waits_for_the_replacement_that_a_look_has_begun() throws Exception {
        turns.release(MANY);
        install(second);
        assertThat(Await.until(() -> begun.size() == 1)).isTrue();
        Future<?> reloaded = reload(config(third.certificate(), third.key()));
        assertThat(begun).containsExactly(text(second));
        replacements.get(0).complete();
        assertThat(Await.until(() -> begun.size() == 2)).isTrue();
        assertThat(begun).containsExactly(text(second), text(third));
        replacements.get(1).complete();
        reloaded.await(30, TimeUnit.SECONDS);
    }

    @Test
    void configuration_that_can_not_be_served_leaves_the_watch_as_it_was() throws Exception {
        turns.release(MANY);
        Future<?> reloaded = reload(config(third.certificate(), third.key()));
        assertThat(Await.until(() -> replacements.size() == 1)).isTrue();
        replacements.get(0).fail("in use");
        assertThat(Await.until(reloaded::failed)).isTrue();
        install(second);
        assertThat(Await.until(() -> begun.size() == 2)).isTrue();
        assertThat(begun).containsExactly(text(third), text(second));
    }

    @Test
    void configuration_in_force_goes_on_with_what_it_served_where_its_files_hold_nothing_good() throws Exception {
        TlsConfig started = config(folder.resolve("chain.pem"), folder.resolve("key.pem"));
        Files.writeString(folder.resolve("chain.pem"), "");
        reload(started).await(30, TimeUnit.SECONDS);
        assertThat(begun).as("nothing to serve").isEmpty();

        Future<?> other = reload(config(third.certificate(), third.key()));
        assertThat(Await.until(() -> replacements.size() == 1)).isTrue();
        replacements.get(0).complete();
        other.await(30, TimeUnit.SECONDS);
        Future<?> back = reload(started);
        assertThat(Await.until(() -> replacements.size() == 2)).isTrue();
        replacements.get(1).complete();
        back.await(30, TimeUnit.SECONDS);
        assertThat(begun).containsExactly(text(third), text(first));
    }

    @Test
    void new_configuration_whose_files_hold_nothing_good_is_refused() throws Exception {
        Future<?> reloaded = reload(config(second.certificate(), third.key()));
        assertThat(Await.until(reloaded::failed)).isTrue();
        assertThat(reloaded.cause()).hasMessage("the key belongs to another certificate");
        assertThat(begun).isEmpty();
    }

    private Future<?> reload(TlsConfig tls) {
        reloading.set(true);
        return watch.replace(tls);
    }

    /** A look asks for it first, on a worker thread, and a reload, which does not wait for its turn. */
    private long timeOfLook() {
        if (reloading.getAndSet(false)) {
            return System.currentTimeMillis() + AFTER_MS;
        }
        waiting.incrementAndGet();
        try {
            turns.acquire();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        waiting.decrementAndGet();
        looks.incrementAndGet();
        return System.currentTimeMillis() + AFTER_MS;
    }

    private Future<?> replace(TlsConfig tls) {
        Promise<Void> replacement = Promise.promise();
        replacements.add(replacement);
        begun.add(tls.certificate().flatMap(Pem::text).orElse(""));
        return replacement.future();
    }

    private static String text(SelfSigned of) throws IOException {
        return Files.readString(of.certificate());
    }

    private static TlsConfig config(Path certificate, Path key) {
        return new TlsConfig(Optional.of(pem(certificate)), Optional.of(pem(key)), true, ClientTlsConfig.NONE, 20);
    }

    private static Pem pem(Path path) {
        return new Pem(new Secret(path.toString()));
    }

    private void install(SelfSigned from) throws IOException {
        put(from.certificate(), "chain.pem");
        put(from.key(), "key.pem");
    }

    private void put(Path from, String name) throws IOException {
        Path next = Files.copy(from, folder.resolve("next"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(next, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
