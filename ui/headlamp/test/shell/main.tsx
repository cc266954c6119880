// Headlamp's own plugin loader, routes, sidebar and themes, without its App.js, which is not on npm.
import '@kinvolk/headlamp-plugin/lib/plugin/index';
import 'virtual:icons';
import { ActivitiesRenderer } from '@kinvolk/headlamp-plugin/lib/components/activity/Activity';
import themes from '@kinvolk/headlamp-plugin/lib/components/App/defaultAppThemes';
import RouteSwitcher from '@kinvolk/headlamp-plugin/lib/components/App/RouteSwitcher';
import Sidebar from '@kinvolk/headlamp-plugin/lib/components/Sidebar';
import { queryClient } from '@kinvolk/headlamp-plugin/lib/lib/queryClient';
import { setStore } from '@kinvolk/headlamp-plugin/lib/lib/router/createRouteURL';
import { createMuiTheme } from '@kinvolk/headlamp-plugin/lib/lib/themes';
import Plugins from '@kinvolk/headlamp-plugin/lib/plugin/Plugins';
import { setConfig } from '@kinvolk/headlamp-plugin/lib/redux/configSlice';
import store from '@kinvolk/headlamp-plugin/lib/redux/stores/store';
import { Box, CssBaseline, StyledEngineProvider, ThemeProvider } from '@mui/material';
import { QueryClientProvider } from '@tanstack/react-query';
import { SnackbarProvider } from 'notistack';
import { createRoot } from 'react-dom/client';
import { Provider } from 'react-redux';
import { BrowserRouter } from 'react-router-dom';

const wanted = localStorage.getItem('headlampThemePreference') ?? 'light';
const theme = createMuiTheme(themes.find((one: { name: string }) => one.name === wanted) ?? themes[0]);

setStore(store as any);
store.dispatch(setConfig({ clusters: { main: { name: 'main', auth_type: '' } } } as any));

function Shell() {
  return (
    <Box sx={{ display: 'flex', height: '100dvh' }}>
      <Sidebar />
      <Box component="main" sx={{ flexGrow: 1, minWidth: 0, overflow: 'auto', p: 2 }}>
        <RouteSwitcher requiresToken={() => false} />
      </Box>
      <ActivitiesRenderer />
    </Box>
  );
}

createRoot(document.getElementById('root')!).render(
  <Provider store={store}>
    <QueryClientProvider client={queryClient}>
      <StyledEngineProvider injectFirst>
        <ThemeProvider theme={theme}>
          <CssBaseline />
          <BrowserRouter>
            <SnackbarProvider anchorOrigin={{ vertical: 'top', horizontal: 'center' }}>
              <Plugins />
              <Shell />
            </SnackbarProvider>
          </BrowserRouter>
        </ThemeProvider>
      </StyledEngineProvider>
    </QueryClientProvider>
  </Provider>
);
