/// The page of `/docs`: Swagger UI, or how to get it. Nothing of the project or of the machine stands in it.
enum DocumentationPage {
    /// - Parameter prefix: of the page's own files; empty or ending with `/`. Relative, so that the page works below any address.
    static func html(isComplete: Bool, prefix: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>API documentation</title>
          <link rel="icon" type="image/png" href="\(isComplete ? "\(prefix)\(DocumentationFiles.Name.icon.rawValue)" : "data:,")">
        \(isComplete ? viewer(prefix) : instructions(prefix))
        </html>

        """
    }

    private static func viewer(_ prefix: String) -> String {
        """
          <link rel="stylesheet" href="\(prefix)\(DocumentationFiles.Name.style.rawValue)">
          <link rel="stylesheet" href="\(prefix)\(DocumentationStyle.name)">
          <script src="\(prefix)\(DocumentationFiles.Name.script.rawValue)" defer></script>
          <script src="\(prefix)\(DocumentationScript.name)" defer></script>
        </head>
        <body>
          <p id="message" role="alert" hidden></p>
          <div id="swagger-ui"><p class="plain">The document is being loaded.</p></div>
          <noscript><p class="plain">This page needs JavaScript. The document itself is at <code>/server/specs/oas</code>.</p></noscript>
        </body>
        """
    }

    private static func instructions(_ prefix: String) -> String {
        """
          <link rel="stylesheet" href="\(prefix)\(DocumentationStyle.name)">
        </head>
        <body>
          <main class="plain">
            <h1>API documentation</h1>
            <p>The files of Swagger UI, which shows the document here, have not been fetched yet. In the folder of the server's sources, run</p>
            <pre>make docs-assets</pre>
            <p>and load this page again. The server looks for them beside its program; <code>DOCS_ASSETS</code> names another folder.</p>
            <p>The document itself: <a href="\(prefix.isEmpty ? "../" : "")server/specs/oas">/server/specs/oas</a>, for the rights of the token
              that comes with the request.</p>
          </main>
        </body>
        """
    }
}

/// What the page adds to Swagger UI's own style.
enum DocumentationStyle {
    static let name = "page.css"

    static let text = """
        body { margin: 0; background: #fff; color: #1b1b1b; font-family: sans-serif; }
        .plain { max-width: 46rem; margin: 3rem auto; padding: 0 1.5rem; line-height: 1.5; }
        .plain pre { padding: 0.75rem 1rem; background: #f0f0f0; border-radius: 4px; }
        #message { position: fixed; z-index: 10000; top: 0; left: 0; right: 0; margin: 0; padding: 0.75rem 1.5rem; background: #b3261e; color: #fff; }
        #message[hidden] { display: none; }

        """
}
