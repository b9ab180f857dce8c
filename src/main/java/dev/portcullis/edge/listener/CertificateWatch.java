package dev.portcullis.edge.listener;

import static io.vertx.core.Future.failedFuture;
import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.Pem;
import dev.portcullis.edge.listener.CertificateFiles.Renewed;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a renewed certificate in force while the node runs, without a signal of the operator: certificates live for weeks, and
 * a node that serves an expired one is down. A certificate that can't be served is logged once, and the old one stays in force.
 */
public final class CertificateWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

    private final Vertx vertx;
    private final Metrics metrics;
    private final LongSupplier clock;
    private final Function<TlsConfig, Future<?>> replace;
    private final AtomicBoolean looking = new AtomicBoolean();
    private Future<?> last = succeededFuture();
    private volatile CertificateFiles files;
    private volatile CertificateFiles before;
    private volatile long end;

    /**
     * Make it before the listener opens its files: what changes afterwards is seen.
     *
     * @param clock milliseconds since 1970
     * @param replace makes each handshake from now on use this certificate, or fails and keeps the one in use
     */
    public CertificateWatch(
            Vertx vertx, TlsConfig tls, Metrics metrics, LongSupplier clock, Function<TlsConfig, Future<?>> replace) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.clock = clock;
        this.replace = replace;
        this.files = new CertificateFiles(tls);
        this.before = files;
        this.end = end(tls);
        metrics.measure(Metric.TLS_CERTIFICATE_EXPIRY_SECONDS, () -> end);
    }

    /** Looks at the files from now on, until the verticle whose context this is called on ends. */
    public void begin(TlsConfig tls) {
        if (tls.certificate().isPresent() && tls.watchMs() > 0) {
            vertx.setPeriodic(tls.watchMs(), any -> look());
        }
    }

    /**
     * Puts another configuration in force, or reads the files of this one again. What they hold is checked and served as one, since the
     * next read could find something else (CWE-367). A configuration that is in force, or was before, goes on with what it served where
     * its files hold nothing now that can be served: another key of it may have to change at once.
     */
    public Future<?> replace(TlsConfig tls) {
        return vertx.executeBlocking(() -> CertificateFiles.open(tls, now()), false)
                .compose(opened -> inTurn(() -> opened.fold(this::serve, why -> keep(tls, why))));
    }

    private Future<Void> serve(CertificateFiles next) {
        return replace.apply(next.served())
                .onSuccess(any -> {
                    before = files;
                    files = next;
                    end = end(next.served());
                })
                .mapEmpty();
    }

    private Future<Void> keep(TlsConfig tls, String why) {
        if (files.areOf(tls)) {
            return refused(why);
        }
        return before.areOf(tls) ? refused(why).compose(any -> serve(before)) : failedFuture(why);
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.getAsLong());
    }

    /**
     * Runs one replacement after the other: otherwise a look that was on its way could put back a certificate that another
     * configuration has replaced.
     */
    private synchronized Future<Void> inTurn(Supplier<Future<Void>> replacement) {
        Future<Void> next = last.transform((any, failure) -> replacement.get());
        last = next;
        return next;
    }

    private void look() {
        if (looking.compareAndSet(false, true)) {
            CertificateFiles current = files;
            vertx.executeBlocking(() -> current.look(now()), false)
                    .compose(look -> inTurn(() -> judge(current, look)))
                    .onFailure(failure -> refused(String.valueOf(failure.getMessage())))
                    .onComplete(any -> looking.set(false));
        }
    }

    private Future<Void> judge(CertificateFiles current, Result<Optional<Renewed>, String> look) {
        return files == current
                ? look.fold(
                        renewed -> renewed.map(found -> serve(current, found)).orElseGet(Future::succeededFuture),
                        this::refused)
                : succeededFuture(); // another configuration is in force since the look
    }

    private Future<Void> serve(CertificateFiles current, Renewed renewed) {
        return replace.apply(renewed.tls())
                .transform((any, failure) -> failure == null
                        ? served(current, renewed)
                        : current.unusable(renewed.digest(), String.valueOf(failure.getMessage()))
                                .fold(told -> succeededFuture(), this::refused));
    }

    private Future<Void> served(CertificateFiles current, Renewed renewed) {
        current.served(renewed);
        end = end(renewed.tls());
        LOG.atInfo()
                .addKeyValue("event", "tls.certificate.replaced")
                .addKeyValue("until", Instant.ofEpochSecond(end).toString())
                .log("the listener serves the certificate that its files hold now");
        return succeededFuture();
    }

    private Future<Void> refused(String why) {
        metrics.count(Metric.TLS_CERTIFICATES_REFUSED);
        LOG.atError()
                .addKeyValue("event", "tls.certificate.refused")
                .addKeyValue("cause", why)
                .log("the certificate that the files hold now can't be served, the one before stays");
        return succeededFuture();
    }

    private static long end(TlsConfig tls) {
        return tls.certificate().flatMap(Pem::end).map(Instant::getEpochSecond).orElse(0L);
    }
}
