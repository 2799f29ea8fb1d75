package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.UploadForm;
import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same WAR works in each way to run it: by itself, from the class path, and deployed to unmodified releases of
 * Tomcat and Jetty. There it is deployed twice, as the root application and under a path.
 */
@Tag("system")
class StockServerTest {
    private static final Images IMAGES = new Images(1);
    private static final Path STOCK = Path.of("target/stock").toAbsolutePath();
    private static final Pattern TOMCAT_STARTED =
            Pattern.compile("Starting ProtocolHandler \\[\"http-nio-auto-\\d+-(\\d+)\"]");
    private static final Pattern COMPLAINT = Pattern.compile("\\b(WARN|WARNING|SEVERE|ERROR)\\b|Exception");

    @TempDir
    private Path folder;

    private Map<String, String> environment = Map.of();

    @BeforeEach
    void setEnvironment() {
        environment =
                Map.of("IMAGE_DIR", folder.resolve("data").toString(), "MAX_IMAGE_SIZE", "1MiB", "DRAIN_TIME", "0s");
    }

    @Test
    void runsByItself() throws Exception {
        try (ServiceProcess service = ServiceProcess.run(
                List.of(Program.JAVA, "-jar", Program.war().toString()), environment, ServiceProcess.STARTED)) {
            assertWorks(service, "");
            assertThat(complaints(service)).isEmpty();
        }
    }

    @Test
    void runsFromTheClassPath() throws Exception {
        Path lib = Files.createDirectories(folder.resolve("WEB-INF/lib"));
        ServiceJars.unpackTo(lib);
        List<String> command = List.of(Program.JAVA, "-cp", lib + "/*", Program.SERVICE.mainClass());
        try (ServiceProcess service = ServiceProcess.run(command, environment, ServiceProcess.STARTED)) {
            assertWorks(service, "");
            assertThat(complaints(service)).isEmpty();
        }
    }

    @Test
    void runsInTomcat() throws Exception {
        assertWorksInServer(prepareTomcat(), TOMCAT_STARTED);
    }

    /** The check of the log detects a complaint. */
    @Test
    void negativeControlTomcatComplainsOfAWrongSetting() throws Exception {
        environment = Map.of("MAX_IMAGE_SIZE", "much");
        try (ServiceProcess server = ServiceProcess.run(prepareTomcat(), environment, TOMCAT_STARTED)) {
            assertThat(complaints(server)).anyMatch(line -> line.contains("startup failed due to previous errors"));
            assertThat(complaints(server)).anyMatch(line -> line.contains("MAX_IMAGE_SIZE: expected size"));
        }
    }

    private List<String> prepareTomcat() throws IOException {
        Path home = home("apache-tomcat-");
        Path base = folder.resolve("tomcat");
        for (String name : List.of("conf", "logs", "temp", "webapps", "work")) {
            Files.createDirectories(base.resolve(name));
        }
        try (Stream<Path> files = Files.list(home.resolve("conf"))) {
            for (Path file : files.toList()) {
                Files.copy(file, base.resolve("conf").resolve(file.getFileName()));
            }
        }
        Path serverXml = base.resolve("conf/server.xml");
        Files.writeString(
                serverXml,
                Files.readString(serverXml)
                        .replace("Server port=\"8005\"", "Server port=\"-1\"")
                        .replace("Connector port=\"8080\"", "Connector port=\"0\""));
        deploy(base.resolve("webapps"));
        return List.of(
                Program.JAVA,
                "-Dcatalina.home=" + home,
                "-Dcatalina.base=" + base,
                "-Djava.io.tmpdir=" + base.resolve("temp"),
                "-Djava.util.logging.config.file=" + base.resolve("conf/logging.properties"),
                "-Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                home.resolve("bin/bootstrap.jar") + ":" + home.resolve("bin/tomcat-juli.jar"),
                "org.apache.catalina.startup.Bootstrap",
                "start");
    }

    @Test
    void runsInJetty() throws Exception {
        Path home = home("jetty-home-");
        Path base = Files.createDirectories(folder.resolve("jetty"));
        List<String> start = List.of(
                Program.JAVA,
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("temp")),
                "-jar",
                home.resolve("start.jar").toString(),
                "jetty.home=" + home,
                "jetty.base=" + base);
        List<String> add = new ArrayList<>(start);
        add.add("--add-modules=http,ee11-deploy");
        Command.of(add).run();
        deploy(base.resolve("webapps"));
        List<String> command = new ArrayList<>(start);
        command.add("jetty.http.port=0");
        assertWorksInServer(command, Pattern.compile("Started .*ServerConnector@.*:(\\d+)}"));
    }

    private void assertWorksInServer(List<String> command, Pattern started) throws Exception {
        try (ServiceProcess server = ServiceProcess.run(command, environment, started)) {
            assertWorks(server, "");
            assertWorks(server, "/sub");
            assertThat(complaints(server)).isEmpty();
            server.terminate();
            Await.until(
                    "the server has ended",
                    Duration.ofSeconds(60),
                    () -> !server.process().isAlive());
            assertThat(server.log()).noneMatch(line -> line.contains("appears to have started a thread"));
        }
    }

    private static List<String> complaints(ServiceProcess server) {
        return server.log().stream()
                .filter(line -> COMPLAINT.matcher(line).find())
                .toList();
    }

    private static void assertWorks(ServiceProcess server, String path) throws IOException {
        byte[] image = IMAGES.next(50_000).bytes();
        Reply created = upload(server, path, image);
        assertThat(created.status()).as("%s", created).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo(path + "/image");
        Reply got = server.get(path + "/image");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(image);
        assertThat(got.header("ETag")).isEqualTo(created.header("ETag")).isNotEmpty();
        Reply part = SingleRequest.get(server.target(), path + "/image")
                .with("Range", "bytes=1-3")
                .send();
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("PNG");

        assertProblem(upload(server, path, "<svg/>".getBytes(java.nio.charset.StandardCharsets.UTF_8)), 415);
        assertProblem(upload(server, path, IMAGES.next(1 << 21).bytes()), 413);
        Reply page = server.get(path + "/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        for (String address : List.of("/page.css", "/page.js", "/follow.js", "/upload.js", "/icon.svg")) {
            assertThat(server.status(path + address)).as(address).isEqualTo(200);
        }
        assertProblem(server.get(path + "/nothing"), 404);
        for (String hidden : List.of(
                "/org/springframework/boot/loader/launch/WarLauncher.class",
                "/WEB-INF/web.xml",
                "/META-INF/MANIFEST.MF")) {
            assertThat(server.status(path + hidden)).as(hidden).isEqualTo(404);
        }
        assertThat(server.status(path + "/healthz/readiness")).isEqualTo(200);
        assertThat(server.get(path + "/image").body()).isEqualTo(image);
    }

    private static void assertProblem(Reply response, int status) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("Content-Type")).startsWith("application/problem+json");
    }

    private static Reply upload(ServiceProcess server, String path, byte[] image) throws IOException {
        return SingleRequest.get(server.target(), path + "/upload")
                .sending("POST", UploadForm.of(image))
                .with("Content-Type", UploadForm.CONTENT_TYPE)
                .send();
    }

    private static void deploy(Path webapps) throws IOException {
        Files.createDirectories(webapps);
        Files.copy(Program.war(), webapps.resolve("ROOT.war"));
        Files.copy(Program.war(), webapps.resolve("sub.war"));
    }

    /** The folder into which Maven unpacked a server. */
    private static Path home(String prefix) throws IOException {
        try (Stream<Path> folders = Files.list(STOCK)) {
            return folders.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
