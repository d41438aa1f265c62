using System.Drawing;
using Terminal.Gui.App;
using Terminal.Gui.Drawing;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace LanChat.Standins.Tests.TerminalGui;

/// <summary>A program for a terminal: shows what is typed, clicked and pasted; Ctrl+X crashes it, Esc ends it. It never disposes the application.</summary>
internal static class TerminalProgram
{
    public static void Run(string[] args)
    {
        Environment.SetEnvironmentVariable("DisableRealDriverIO", null);
        IApplication app = Application.Create();
        app.Init();
        if (args is ["--disposes"])
        {
            using (app)
            using (var inner = new Window { Title = "Probe" })
            {
                inner.Add(new Echo { Width = Dim.Fill(), Height = Dim.Fill() });
                app.Run(inner);
            }

            return;
        }

        var window = new Window { Title = "Probe", BorderStyle = LineStyle.Single };
        window.Add(new Echo { Width = Dim.Fill(), Height = Dim.Fill() });
        app.Run(window);
    }

    private sealed class Echo : View
    {
        private readonly List<string> _lines = ["ready"];

        public Echo()
        {
            CanFocus = true;
        }

        protected override bool OnKeyDownNotHandled(Key key)
        {
            if (key == Key.X.WithCtrl)
            {
                throw new InvalidOperationException("planted");
            }

            Show($"key {key}");
            return key.AsGrapheme.Length > 0;
        }

        protected override bool OnMouseEvent(Mouse mouse)
        {
            Show($"mouse {mouse}");
            return false;
        }

        protected override bool OnPaste(string text)
        {
            Show("paste " + text.Replace('\n', '|'));
            return true;
        }

        protected override bool OnDrawingContent(DrawContext? context)
        {
            int row = 0;
            foreach (string line in _lines.TakeLast(Viewport.Height))
            {
                AddStr(0, row++, line);
            }

            return true;
        }

        private void Show(string line)
        {
            _lines.Add(line);
            Cursor = Cursor with { Position = ViewportToScreen(new Point(Math.Min(line.Length, Viewport.Width - 1), 0)) };
            SetNeedsDraw();
        }
    }
}
