package io.latestimage.e2e.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.browser.View.Theme;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;

/** A real Chromium without a window of its own, driven through its driver. Only this class uses Selenium. */
final class Browser implements AutoCloseable {
    private static final String CHROMIUM = "/usr/bin/chromium";
    /** Debian's driver of the same version. It is named here so that Selenium does not look for one to download. */
    private static final String DRIVER = "/usr/bin/chromedriver";
    /** How long a script may take: axe needs seconds on a slow machine. */
    private static final Duration SCRIPT_LIMIT = Duration.ofMinutes(2);

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    /** The address in the event that a request begins, with HTTP or HTTPS. */
    private static final Pattern REQUEST = Pattern.compile("\"request\":\\{.*?\"url\":\"(https?:[^\"]+)\"");

    /** How long the window may take to change: nothing else waits for it. */
    private static final Duration VIEW_LIMIT = Duration.ofMinutes(1);

    static final CharSequence TAB = Keys.TAB;
    static final CharSequence ENTER = Keys.ENTER;
    static final CharSequence ESCAPE = Keys.ESCAPE;

    private final ChromeDriver driver;
    private final List<String> errors = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private View view = View.DESKTOP;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts a browser with a profile of its own. */
    static Browser start() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM);
        // The tests mount file systems and so run as root, for whom the sandbox does not work. Containers may have
        // little /dev/shm. Chromium's own requests in the background would only take time.
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--no-first-run",
                "--lang=en");
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL"));
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(DRIVER))
                .usingAnyFreePort()
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options));
        try {
            browser.driver.manage().timeouts().scriptTimeout(SCRIPT_LIMIT);
            // As if the window were the active one. Otherwise it has no focus, and keys go nowhere.
            browser.devTools("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
            browser.devTools(
                    "Page.addScriptToEvaluateOnNewDocument",
                    Map.of("source", resource("/io/latestimage/e2e/browser/observer.js")));
            return browser;
        } catch (RuntimeException e) {
            browser.close();
            throw e;
        }
    }

    /** Opens an address in a window of ordinary size, and forgets what earlier pages did. */
    void open(String address) throws Exception {
        driver.get("about:blank");
        readLogs();
        errors.clear();
        requests.clear();
        show(View.DESKTOP);
        driver.get(address);
    }

    /** Loads the page anew, as a person does who presses F5. */
    void reload() {
        driver.navigate().refresh();
    }

    /** Changes the size of the window and the theme, and waits until the page has both. The page stays loaded. */
    void show(View newView) throws Exception {
        view = newView;
        devTools(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", view.width(), "height", view.height(), "deviceScaleFactor", 1, "mobile", false));
        devTools(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of(
                                "name",
                                "prefers-color-scheme",
                                "value",
                                view.theme().toString()))));
        String wanted = "(width: %dpx) and (prefers-color-scheme: %s)".formatted(view.width(), view.theme());
        Await.until(
                wanted,
                VIEW_LIMIT,
                () -> value("return matchMedia(arguments[0]).matches", wanted).equals("true"));
    }

    /** Changes the theme alone. */
    void show(Theme theme) throws Exception {
        show(view.in(theme));
    }

    /** Runs a script for what it does. */
    void run(String script, Object... arguments) {
        driver.executeScript(script, arguments);
    }

    /** Runs a script that returns a text, a number or a truth, and returns that as a text. */
    String value(String script, Object... arguments) {
        return String.valueOf(driver.executeScript(script, arguments));
    }

    /** Runs a script whose last argument is a function that takes the result, and returns this list of texts. */
    List<String> runAndWait(String script, Object... arguments) {
        return texts(driver.executeAsyncScript(script, arguments));
    }

    /** Asks the observer, which is loaded into each page; observer.js has the questions. */
    String ask(String question, Object... arguments) {
        return String.valueOf(answer(question, arguments));
    }

    /** Asks the observer a question whose answer is yes or no. */
    boolean holds(String question, Object... arguments) {
        return Boolean.TRUE.equals(answer(question, arguments));
    }

    /** Asks the observer a question whose answer is a list of texts. */
    List<String> list(String question, Object... arguments) {
        return texts(answer(question, arguments));
    }

    private @Nullable Object answer(String question, Object... arguments) {
        return driver.executeScript(
                "return observer[arguments[0]](...arguments[1])", question, Arrays.asList(arguments));
    }

    private static List<String> texts(@Nullable Object result) {
        return result instanceof List<?> values
                ? values.stream().map(value -> String.valueOf(value)).toList()
                : List.of();
    }

    /** Clicks with the mouse. Fails if something else covers the element. */
    void click(String id) {
        driver.findElement(By.id(id)).click();
    }

    /** Types into an element, after what it holds already; or chooses a file, if that is what the element is for. */
    void type(String id, String text) {
        driver.findElement(By.id(id)).sendKeys(text);
    }

    /** Presses keys, wherever the focus is. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Saves what is in the window as target/screenshots/NAME.png. */
    void screenshot(String name) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** The errors on the console since the last {@link #open}. */
    List<String> errors() {
        readLogs();
        return List.copyOf(errors);
    }

    /** The address of each request since the last {@link #open}, without user and password. */
    List<String> requests() {
        readLogs();
        return List.copyOf(requests);
    }

    /** Takes what the driver has logged. It hands out each entry once. */
    private void readLogs() {
        for (LogEntry entry : driver.manage().logs().get("browser")) {
            if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
                errors.add(entry.getMessage());
            }
        }
        for (LogEntry entry : driver.manage().logs().get("performance")) {
            Matcher request = REQUEST.matcher(entry.getMessage());
            if (entry.getMessage().contains("\"Network.requestWillBeSent\"") && request.find()) {
                requests.add(request.group(1).replaceFirst("//[^/@]*@", "//"));
            }
        }
    }

    private void devTools(String command, Map<String, Object> parameters) {
        driver.executeCdpCommand(command, parameters);
    }

    /** The text of a resource on the class path. */
    static String resource(String name) {
        try (InputStream in = Browser.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + name);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
