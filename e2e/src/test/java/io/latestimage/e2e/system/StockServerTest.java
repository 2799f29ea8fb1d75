package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
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
    private static final Path STOCK = Path.of("target/stock").toAbsolutePath();
    private static final Pattern TOMCAT_STARTED =
            Pattern.compile("Starting ProtocolHandler \\[\"http-nio-auto-\\d+-(\\d+)\"]");
    /** In seconds. Longer than either server waits for an idle connection, and for an asynchronous response. */
    private static final int LONG_WAIT = 32;

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
            new DeployedService(service, "").assertWorks();
            assertThat(complaints(service)).isEmpty();
        }
    }

    @Test
    void runsFromTheClassPath() throws Exception {
        Path lib = Files.createDirectories(folder.resolve("WEB-INF/lib"));
        ServiceJars.unpackTo(lib);
        List<String> command = List.of(Program.JAVA, "-cp", lib + "/*", Program.SERVICE.mainClass());
        try (ServiceProcess service = ServiceProcess.run(command, environment, ServiceProcess.STARTED)) {
            new DeployedService(service, "").assertWorks();
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

    /** The filter that asks for tokens must be inside of the one that writes problems, in the order of Tomcat too. */
    @Test
    void asksReadersForTheTokenInTomcat() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "right\n");
        String page = "https://page.example";
        environment = Map.of(
                "IMAGE_DIR", folder.resolve("data").toString(),
                "READ_TOKEN_FILE", tokens.toString(),
                "CORS_ORIGINS", page);
        try (ServiceProcess server = ServiceProcess.run(prepareTomcat(), environment, TOMCAT_STARTED)) {
            for (String path : List.of("", "/sub")) {
                SingleRequest request =
                        SingleRequest.get(server.target(), path + "/image").with("Origin", page);
                Reply rejected = request.send();
                DeployedService.assertProblem(rejected, 401);
                assertThat(rejected.header("WWW-Authenticate")).startsWith("Basic ");
                assertThat(rejected.header("Access-Control-Allow-Origin")).isEqualTo(page);
                Reply admitted = request.with("Authorization", "Bearer right").send();
                assertThat(admitted.status()).as("no image yet").isEqualTo(404);
                assertThat(server.status(path + "/healthz/liveness")).isEqualTo(200);
            }
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
            DeployedService root = new DeployedService(server, "");
            root.assertWorks();
            new DeployedService(server, "/sub").assertWorks();
            root.assertWaits(LONG_WAIT);
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
